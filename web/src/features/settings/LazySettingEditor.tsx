import { type ComponentProps, lazy, Suspense } from "react";
import type { SettingEditor as Editor } from "./SettingEditor";

const Loaded = lazy(async () => ({ default: (await import("./SettingEditor")).SettingEditor }));

/** The editor of a setting, which most visits have no use for. */
export function SettingEditor(props: ComponentProps<typeof Editor>) {
  return (
    <Suspense>
      <Loaded {...props} />
    </Suspense>
  );
}
