import { createHash } from "node:crypto";
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

/**
 * Puts the generated document in the place of each text of an operation in the sources, as the plugins of GraphQL Code Generator for
 * other compilers do: otherwise the admin would hold each text and the list of all of them, too.
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
        const generated = `${name}${kind === "fragment" ? "FragmentDoc" : "Document"}`;
        names.add(generated);
        return generated;
      });
      return `import { ${[...names].join(", ")} } from "/src/gql/graphql";\n${replaced}`;
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
