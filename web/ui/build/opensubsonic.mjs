// Checks answers against the official OpenSubsonic OpenAPI description: node opensubsonic.mjs <openapi folder> < lines of {"method","answer"}.
// Prints one line for each answer that does not fit. A tool of the tests; nothing here runs on a server.
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import Ajv from "ajv";

const folder = pathToFileURL(process.argv[2] + "/").href;
const load = async (address) => ({ ...JSON.parse(await readFile(new URL(address), "utf8")), $id: address });
const ajv = new Ajv({ strict: false, allErrors: true, loadSchema: load, formats: { "date-time": (text) => !Number.isNaN(Date.parse(text)) } });
const checks = new Map();

async function checkOf(method) {
  if (!checks.has(method)) {
    const endpoint = JSON.parse(await readFile(new URL(`endpoints/${method}.json`, folder), "utf8"));
    const response = endpoint.get.responses["200"];
    const schema = response.$ref ? JSON.parse(await readFile(new URL(response.$ref, folder + "endpoints/"), "utf8")) : response;
    const base = response.$ref ? new URL(response.$ref, folder + "endpoints/").href : folder + "endpoints/";
    const address = new URL(schema.content["application/json"].schema.$ref, base).href;
    checks.set(method, ajv.getSchema(address) ?? (await ajv.compileAsync(await load(address))));
  }
  return checks.get(method);
}

for await (const line of createInterface({ input: process.stdin })) {
  const { method, answer } = JSON.parse(line);
  const check = await checkOf(method);
  if (!check(answer)) console.log(method, ajv.errorsText(check.errors));
}
