import { type ComponentType, lazy } from "react";
import { loadTexts } from "../i18n/language";
import type { Part } from "../i18n/parts";

export interface LazyRoute {
  Component: ComponentType;
  /** Begins to load the component. */
  handle(): void;
}

/** Components of a feature, for routes; each is loaded with what the feature says, when it is first opened. */
export function lazyRoutes<Name extends string>(load: () => Promise<Record<Name, ComponentType>>, texts: Part[]) {
  return (name: Name): LazyRoute => {
    let loading: Promise<{ default: ComponentType }> | undefined;
    const begin = () => {
      loading ??= Promise.all([load(), loadTexts(texts)]).then(([components]) => ({ default: components[name] }));
      return loading;
    };
    return { Component: lazy(begin), handle: () => void begin().catch(() => {}) };
  };
}
