// Sends with the unmodified @customerio/cdp-analytics-node.
import { Analytics } from "@customerio/cdp-analytics-node";

const [host, writeKey] = process.argv.slice(2);
const errors = [];
const analytics = new Analytics({ host, writeKey, flushInterval: 50 });
analytics.on("error", (error) => errors.push(String(error.reason ?? error)));
analytics.identify({ userId: "ada", traits: { name: "Ada" } });
analytics.group({ userId: "ada", groupId: "harbor", traits: { name: "Harbor" } });
analytics.track({ userId: "ada", event: "Report exported", properties: { pages: 3 } });
analytics.page({ userId: "ada", name: "Pricing" });
await analytics.closeAndFlush();
console.log(JSON.stringify({ errors }));
