// Starts GraphiQL on the page, with the program's examples.
"use strict";

(async () => {
  const { createElement: element } = React;
  const root = ReactDOM.createRoot(document.getElementById("graphiql"));
  const defaultTabs = (await examples()).map(tab);
  const storage = storageWithoutHeaders();
  const hint = element(GraphiQL.Footer, null, element("p", { className: "sign-in-hint" },
    "Inside the Shopify admin you are signed in as there, and the demo store needs no sign-in. Elsewhere, type ",
    element("code", null, '{"Authorization": "Bearer hb_…"}'), " under Headers. ",
    "It holds in every tab without headers of its own, until the page is left, and is kept nowhere; ",
    element("code", null, "{}"), " sends none.",
  ));
  let headers = {}; // those typed in last, in any tab
  let schemaKnown = false;
  let schemaAskedWith; // the headers, as text

  // Another fetcher is what makes GraphiQL ask for the schema again.
  function render() {
    root.render(element(GraphiQL, {
      fetcher: (params, options) => ask(params, options),
      storage,
      defaultTabs: defaultTabs.length > 0 ? defaultTabs : undefined,
      defaultEditorToolsVisibility: "headers",
      shouldPersistHeaders: false,
      showPersistHeadersSettings: false,
    }, hint));
  }

  async function ask(params, options) {
    headers = options?.headers ?? headers;
    const answer = await post(params, headers);
    if (params.operationName === "IntrospectionQuery") {
      schemaKnown = Boolean(answer.data);
      schemaAskedWith = JSON.stringify(headers);
    } else if (answer.data && !schemaKnown && schemaAskedWith !== JSON.stringify(headers)) {
      render(); // who has signed in meanwhile may see the schema
    }
    return answer;
  }

  render();
})();

// The page's own sign-in, which the browser knows, must hold for this one: it is a file like the others.
async function examples() {
  const response = await fetch("/graphiql/examples.json", { credentials: "same-origin" });
  return response.ok ? response.json() : [];
}

function tab({ name, query, variables }) {
  return { query: name ? `# ${name}\n${query}` : query, variables };
}

// post always comes back with something to show: what is thrown, GraphiQL would show with its stack.
async function post(params, headers) {
  try {
    const response = await fetch("/graphql", {
      method: "POST",
      credentials: "omit",
      headers: { ...(await session(headers)), ...headers, "Content-Type": "application/json", Accept: "application/graphql-response+json" },
      body: JSON.stringify(params),
    });
    const text = await response.text();
    return parse(text) ?? failure(`${response.status} ${response.statusText}: ${text.slice(0, 500)}`);
  } catch (error) {
    return failure(error.message);
  }
}

// The header with a fresh session token of who is signed in to Shopify's admin, where that is around the page and no other
// credential was typed in. Elsewhere App Bridge has nobody to ask, and never answers: it is hardly waited for.
async function session(headers) {
  if (Object.keys(headers).some((name) => name.toLowerCase() === "authorization")) return {};
  const asked = window.shopify?.idToken?.().catch(() => undefined);
  const { embedded, mobile, pos } = window.shopify?.environment ?? {};
  const patience = embedded || mobile || pos || window.top !== window ? 5000 : 300; // ms
  const late = new Promise((resolve) => setTimeout(resolve, patience));
  const token = asked && (await Promise.race([asked, late]));
  return token ? { Authorization: `Bearer ${token}` } : {};
}

function failure(message) {
  return { errors: [{ message }] };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// GraphiQL's history keeps headers although it was told to persist none; they hold keys. Where the browser lets the
// page keep nothing, as in some frames, nothing is kept.
function storageWithoutHeaders() {
  try {
    localStorage.getItem("");
  } catch {
    return null;
  }
  const storage = GraphiQL.createLocalStorage({ namespace: "handback" });
  const setItem = (key, value) => storage.setItem(key, mayHoldHeaders.has(key) ? withoutHeaders(value) : value);
  return Object.create(storage, { setItem: { value: setItem } });
}

const mayHoldHeaders = new Set(["graphiql:queries", "graphiql:favorites", "graphiql:tabState"]);

function withoutHeaders(text) {
  return JSON.stringify(JSON.parse(text), (key, value) => (key === "headers" ? null : value));
}
