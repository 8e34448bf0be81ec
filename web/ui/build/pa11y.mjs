// Looks at pages as pa11y does, by HTML_CodeSniffer and axe: addresses come on standard input, a line each; what is wrong goes out as a line of JSON.
// The browser is the one that VANNGHE_CHROMIUM names; none is ever downloaded.
import { readFileSync } from "node:fs";
import pa11y from "pa11y";
import puppeteer from "puppeteer";

const slow = 600_000; // ms that anything may take on a loaded machine: the test that runs this has a deadline of its own
const addresses = readFileSync(0, "utf8").split("\n").filter(Boolean);
const browser = await puppeteer.launch({ timeout: 0, protocolTimeout: slow, executablePath: process.env.VANNGHE_CHROMIUM, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
// What axe cannot tell (letters over a film, a single sign) it calls needing review: a warning. The contrast of all colours that meet is held by a test.
const options = { browser, levelCapWhenNeedsReview: "warning", standard: "WCAG2AA", runners: ["htmlcs", "axe"], timeout: slow, viewport: { width: 1280, height: 900 } };

async function look() {
  for (let address = addresses.shift(); address !== undefined; address = addresses.shift()) {
    const { issues } = await pa11y(address, options);
    console.log(JSON.stringify({ address, issues: issues.map((i) => `${i.code} at ${i.selector}: ${i.message}`) }));
  }
}

try {
  await Promise.all([look(), look()]);
} finally {
  await browser.close();
}
