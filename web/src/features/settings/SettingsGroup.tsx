import type { SettingFragment } from "../../gql/graphql";
import { Section } from "../../ui/Section";
import { SettingRow } from "./SettingRow";
import styles from "./SettingsGroup.module.css";

/** The settings of one scope. */
export function SettingsGroup({
  title,
  about,
  settings,
}: {
  title: string;
  about: string;
  settings: SettingFragment[];
}) {
  return (
    <Section title={title}>
      <p className={styles.about}>{about}</p>
      {settings.length === 0 && <p>There are none now.</p>}
      <ul>
        {settings.map((setting) => (
          <SettingRow key={setting.key} setting={setting} />
        ))}
      </ul>
    </Section>
  );
}
