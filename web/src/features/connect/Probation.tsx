import { Message } from "../../i18n/Message";
/** What lets a seller connect without worry. */
export function Probation() {
  return (
    <p>
      <Message id="connect.probation" elements={{ strong: (words) => <strong>{words}</strong> }} />
    </p>
  );
}
