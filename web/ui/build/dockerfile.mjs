// Reads Dockerfiles and says what is wrong with them, a line each; the status is 1 then.
import { readFileSync } from "node:fs";
import { validate } from "dockerfile-utils";

for (const file of process.argv.slice(2)) {
  for (const { range, message } of validate(readFileSync(file, "utf8"))) {
    console.log(`${file}:${range.start.line + 1}: ${message}`);
    process.exitCode = 1;
  }
}
