// Sends with the unmodified posthog-node.
import { PostHog } from "posthog-node";

const [host, key] = process.argv.slice(2);
const errors = [];
const posthog = new PostHog(key, { host, flushInterval: 50 });
posthog.on("error", (error) => errors.push(String(error)));
posthog.identify({ distinctId: "ada", properties: { name: "Ada 😀", $set_once: { first_plan: "free" } } });
posthog.groupIdentify({ groupType: "company", groupKey: "harbor", properties: { name: "Harbor" } });
posthog.capture({ distinctId: "ada", event: "Report exported", properties: { pages: 3 }, groups: { company: "harbor" } });
posthog.alias({ distinctId: "ada", alias: "old-ada" });
const flag = await posthog.isFeatureEnabled("none", "ada").catch((error) => errors.push(String(error)));
await posthog.shutdown();
console.log(JSON.stringify({ errors, flag: flag ?? null }));
