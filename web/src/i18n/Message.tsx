import { Fragment, type ReactNode } from "react";
import { type Key, type Placeholders, t } from "./messages";

interface Props<Address extends Key> {
  id: Address;
  /** What stands for the placeholders. */
  values?: Record<Placeholders<Address> & string, ReactNode>;
  /** Makes the elements that the message names in angle brackets, of the words in them. */
  elements?: Record<string, (words: ReactNode) => ReactNode>;
}

/**
 * A message with elements in it. What stands for a placeholder is put in after the elements were found: a name that somebody has
 * given to something never counts as one.
 */
export function Message<Address extends Key>({ id, values = {} as never, elements = {} }: Props<Address>) {
  const nodes: ReactNode[] = [];
  const stand = (value: ReactNode) => (typeof value === "number" ? value : mark(nodes.push(value) - 1));
  const marked = Object.fromEntries(Object.entries<ReactNode>(values).map(([name, value]) => [name, stand(value)]));
  const text = (t as (id: Key, values: object) => string)(id, marked);
  return text.split(elementPattern).map((part, at, parts) => {
    if (at % 3 === 1) return null; // the name, which belongs to the words behind it
    const element = at % 3 === 2 ? elements[parts[at - 1] ?? ""] : undefined;
    const content = fill(part, nodes);
    return <Fragment key={at}>{element ? element(content) : content}</Fragment>;
  });
}

const elementPattern = /<(\w+)>(.*?)<\/\1>/;
const firstMark = 0xe000; // Unicode's private use: in no text
const markPattern = /([\ue000-\uf8ff])/;

function mark(index: number): string {
  return String.fromCharCode(firstMark + index);
}

/** The parts of a text, with what its marks stand for. */
function fill(text: string, nodes: ReactNode[]): ReactNode[] {
  return text.split(markPattern).map((part, at) => {
    if (at % 2 === 0) return part;
    return <Fragment key={at}>{nodes[part.charCodeAt(0) - firstMark]}</Fragment>;
  });
}
