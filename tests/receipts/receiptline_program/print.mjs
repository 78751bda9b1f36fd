// Reads a JSON list of {document, columns, command}; writes the list of what receiptline makes of each.
import { createRequire } from "node:module";
import { join } from "node:path";
import { readFileSync } from "node:fs";

const receiptline = createRequire(join(process.argv[2], "package.json"))("receiptline");
const wanted = JSON.parse(readFileSync(0, "utf8"));
const made = wanted.map(({ document, columns, command }) =>
  receiptline.transform(document, { cpl: columns, encoding: "multilingual", command }),
);
process.stdout.write(JSON.stringify(made));
