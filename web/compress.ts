import { brotliCompressSync, constants } from "node:zlib";
import type { Plugin } from "vite";

/** Shorter files are sent as they are; web/page.go says so, too. */
const leastLength = 1024;

/** Writes a compressed copy beside each script, as small as it gets: that takes too long to be done while somebody waits. */
export function compress(): Plugin {
  return {
    name: "compress",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type !== "chunk" || file.code.length < leastLength) continue;
          const source = brotliCompressSync(file.code, {
            params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
          });
          this.emitFile({ type: "asset", fileName: `${file.fileName}.br`, source });
        }
      },
    },
  };
}
