// Makes one script and one style sheet a page of the modules in assets/: `npm run build`. A page then opens
// with two requests instead of seventy. Without it, or after a change, the app serves the modules themselves.

import {createHash} from "node:crypto";
import {readdirSync, readFileSync, writeFileSync} from "node:fs";
import {join, relative, sep} from "node:path";
import {build} from "esbuild";

const ASSETS = join(import.meta.dirname, "assets");
const BUNDLES = process.argv[2] ?? join(ASSETS, "bundles");
const ENTRY = "page.js";

const files = readdirSync(ASSETS, {recursive: true})
  .map((file) => file.split(sep).join("/"))
  .filter((file) => /\.(js|css)$/.test(file) && !file.startsWith("bundles/"))
  .sort();
const pages = files.filter((file) => file.endsWith(`/${ENTRY}`)).map((file) => file.split("/")[0]);

for (const page of pages) {
  for (const kind of ["js", "css"]) {
    await build({
      entryPoints: [join(ASSETS, page, `page.${kind}`)],
      outfile: join(BUNDLES, `${page}.${kind}`),
      bundle: true,
      format: "esm",
      target: "es2022",
      minify: true,
      supported: {"template-literal": false}, // templates as texts: one line a file, as made things are
      charset: "utf8",
      legalComments: "none",
      logLevel: "warning",
    });
  }
}

const digest = createHash("sha256");
for (const file of files) digest.update(`${file}\n`).update(readFileSync(join(ASSETS, file)));
writeFileSync(join(BUNDLES, "digest.txt"), `${digest.digest("hex")}\n`);
console.log(`${pages.length} pages of ${files.length} files in ${relative(process.cwd(), BUNDLES)}`);
