import { useLayoutEffect, useRef, useState } from "react";
import { useLocation } from "react-router";
import { saveBar, saveBarId } from "../../api/appBridge";
import { t } from "../../i18n/messages";
import { useNotify } from "../../shared/notice";
import { useDrafts } from "../../shared/unsaved";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "ui-save-bar": { id: string; hidden?: boolean; children: ReactNode };
    }
  }
}

/** What the save bar of the Shopify admin does with all that is unsaved; nothing outside it. */
export function SaveBar() {
  const bar = saveBar();
  const drafts = useDrafts();
  const { saving, save } = useSave(drafts);
  const { key } = useLocation();
  const shown = drafts.length > 0;
  // Before the element is taken away, by whose id it is hidden; anew at another address, on the way to which it was hidden.
  useLayoutEffect(() => {
    if (!bar || !shown) return;
    bar.show(saveBarId);
    return () => void bar.hide(saveBarId);
  }, [bar, shown, key]);
  if (!bar) return null;
  const discard = () => {
    for (const draft of drafts) draft.discard();
  };
  return (
    <ui-save-bar id={saveBarId} hidden>
      <button type="button" {...primary(saving)} onClick={save}>
        {t("settings.editor.save")}
      </button>
      <button type="button" disabled={saving} onClick={discard}>
        {t("settings.saveBar.discard")}
      </button>
    </ui-save-bar>
  );
}

/** Attributes that App Bridge reads, and HTML does not have. */
function primary(saving: boolean): object {
  return { variant: "primary", ...(saving && { loading: "" }) };
}

/** Saves one after the other; each that is refused stays open, and says why. */
function useSave(drafts: ReturnType<typeof useDrafts>) {
  const [saving, setSaving] = useState(false);
  const inFlight = useRef(false);
  const notify = useNotify();

  async function save() {
    if (inFlight.current) return;
    inFlight.current = true;
    setSaving(true);
    const saved: string[] = [];
    for (const draft of drafts) saved.push(...[await draft.save()].filter((text) => text !== undefined));
    setSaving(false);
    inFlight.current = false;
    const [first] = saved;
    if (first) notify({ text: saved.length === 1 ? first : t("settings.saveBar.saved", { count: saved.length }) });
  }

  return { saving, save };
}
