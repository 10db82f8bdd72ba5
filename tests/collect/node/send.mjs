// Sends one of each call with the unmodified @segment/analytics-node, then half an emoji, and says what it heard.
import { Analytics } from "@segment/analytics-node";

const [host, writeKey] = process.argv.slice(2);
const analytics = new Analytics({ host, writeKey, flushAt: 5, flushInterval: 200 });
const heard = { errors: [], delivered: [] };
analytics.on("error", (error) => heard.errors.push(error));
analytics.on("http_request", ({ url, headers }) => heard.delivered.push({ url, headers }));

analytics.identify({ userId: "ada", traits: { name: "Ada 😀 مرحبا 你好", plan: "pro" } });
analytics.group({ userId: "ada", groupId: "harbor", traits: { name: "Harbor" } });
analytics.track({ userId: "ada", event: "Project created", properties: { size: 3 } });
analytics.page({ userId: "ada", name: "Pricing" });
analytics.screen({ anonymousId: "a-1", name: "Home" });
analytics.alias({ userId: "ada", previousId: "a-1" });
analytics.track({ userId: "ada", event: "Cut", properties: { text: "😀".slice(0, 1) } });
await analytics.closeAndFlush({ timeout: 20000 });
console.log(JSON.stringify(heard));
