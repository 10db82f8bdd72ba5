"""What a developer pastes to send events, with the write key and address in place; pure."""

import dataclasses


@dataclasses.dataclass(frozen=True, kw_only=True)
class Snippet:
    """How to send from one kind of place: what to install and what to write."""

    key: str
    name: str
    install: str
    code: str


def snippets(*, host: str, write_key: str) -> list[Snippet]:
    """Return the snippets for Segment's SDKs and for curl. Every name in them is the SDKs' own."""
    return [
        Snippet(
            key="browser",
            name="Browser",
            install="npm install @segment/analytics-next",
            code=f"""import {{ AnalyticsBrowser }} from '@segment/analytics-next'

const analytics = AnalyticsBrowser.load({{
  writeKey: '{write_key}',
  cdnURL: '{host}',
}})

analytics.identify('user-42', {{ name: 'Maya Lin', email: 'maya@northwind.example' }})
analytics.group('northwind', {{ name: 'Northwind Ltd', plan: 'Premium', mrr: 4800 }})
analytics.track('Report exported', {{ format: 'pdf' }})
""",
        ),
        Snippet(
            key="node",
            name="Node",
            install="npm install @segment/analytics-node",
            code=f"""import {{ Analytics }} from '@segment/analytics-node'

const analytics = new Analytics({{
  writeKey: '{write_key}',
  host: '{host}',
}})

analytics.identify({{ userId: 'user-42', traits: {{ name: 'Maya Lin', email: 'maya@northwind.example' }} }})
analytics.group({{ userId: 'user-42', groupId: 'northwind', traits: {{ name: 'Northwind Ltd', plan: 'Premium' }} }})
analytics.track({{ userId: 'user-42', event: 'Report exported', context: {{ groupId: 'northwind' }} }})
await analytics.closeAndFlush()
""",
        ),
        Snippet(
            key="python",
            name="Python",
            install="pip install segment-analytics-python",
            code=f"""import segment.analytics as analytics

analytics.write_key = "{write_key}"
analytics.host = "{host}"

analytics.identify("user-42", {{"name": "Maya Lin", "email": "maya@northwind.example"}})
analytics.group("user-42", "northwind", {{"name": "Northwind Ltd", "plan": "Premium", "mrr": 4800}})
analytics.track("user-42", "Report exported", {{"format": "pdf"}}, context={{"groupId": "northwind"}})
analytics.flush()
""",
        ),
        Snippet(
            key="curl",
            name="curl",
            install="",
            code=f"""curl {host}/v1/track -u {write_key}: -H 'Content-Type: application/json' -d '{{
  "userId": "user-42", "event": "Report exported",
  "context": {{"groupId": "northwind"}}
}}'
""",
        ),
    ]
