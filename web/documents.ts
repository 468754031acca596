import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { formatDocument, stringifyDocument, type TypedDocumentNode } from "@urql/core";
import { createServer, type Plugin } from "vite";

/**
 * Writes documents.json beside the admin: its operations as it sends them, by the SHA-256 of their text. The program
 * trusts them, whatever other documents an operator lists.
 */
export function documents(): Plugin {
  return {
    name: "documents",
    apply: "build",
    async generateBundle() {
      const texts = (await operations()).map((document) => stringifyDocument(formatDocument(document))).sort();
      const list = Object.fromEntries(texts.map((text) => [createHash("sha256").update(text).digest("hex"), text]));
      this.emitFile({ type: "asset", fileName: "documents.json", source: `${JSON.stringify(list, null, 2)}\n` });
    },
  };
}

const generated = new URL("src/gql/graphql.ts", import.meta.url);
const prefix = "\0document:"; // of the modules that have one document each

/**
 * Puts the generated document in the place of each text of an operation in the sources, as the plugins of GraphQL Code Generator for
 * other compilers do: otherwise the admin would hold each text and the list of all of them, too. Each is a module of its own, and so is
 * loaded with the page that sends it.
 */
export function generatedDocuments(): Plugin {
  return {
    name: "generated-documents",
    apply: "build",
    enforce: "pre",
    transform(code, id) {
      if (!id.includes("/src/") || id.includes("/src/gql/") || !code.includes("graphql(`")) return;
      const names = new Set<string>();
      const replaced = code.replace(/\bgraphql\(`([^`]*)`\)/g, (_, text: string) => {
        const [, kind, name] = /(query|mutation|subscription|fragment) (\w+)/.exec(text) ?? [];
        if (kind === "fragment") return "undefined"; // it is in the documents of operations
        names.add(`${name}Document`);
        return `${name}Document`;
      });
      const imports = [...names].map((name) => `import { ${name} } from "${prefix}${name}";`);
      return `${imports.join("")}\n${replaced}`;
    },
    resolveId: (id) => (id.startsWith(prefix) ? id : undefined),
    load(id) {
      if (!id.startsWith(prefix)) return;
      const name = id.slice(prefix.length);
      const declared = RegExp(`^export const ${name} = (.*) as unknown as DocumentNode`, "m");
      const [, document] = declared.exec(readFileSync(generated, "utf8")) ?? [];
      if (!document) throw new Error(`GraphQL Code Generator has made no ${name}`);
      return `export const ${name} = ${document};`;
    },
  };
}

const library = "@0no-co/graphql.web"; // urql's
const withoutParser = "\0graphql-without-parser";

/** Leaves the parser of GraphQL out of the admin, whose operations are documents already. */
export function noParser(): Plugin {
  return {
    name: "no-parser",
    apply: "build",
    enforce: "pre",
    resolveId: (id, importer) => (id === library && importer !== withoutParser ? withoutParser : undefined),
    load(id) {
      if (id !== withoutParser) return;
      return `export { GraphQLError, Kind, print, valueFromASTUntyped } from "${library}";
        export function parse() { throw new Error("operations are documents"); }`;
    },
  };
}

/** The operations that GraphQL Code Generator found in the sources. Fragments are parts of them. */
async function operations(): Promise<TypedDocumentNode[]> {
  const server = await createServer({
    configFile: false,
    appType: "custom",
    server: { middlewareMode: true, ws: false },
  });
  try {
    const generated: Record<string, TypedDocumentNode> = await server.ssrLoadModule("/src/gql/graphql.ts");
    return Object.values(generated).filter((document) =>
      document.definitions?.some((definition) => definition.kind === "OperationDefinition"),
    );
  } finally {
    await server.close();
  }
}
