import { useState } from "react";
import { useClient } from "urql";
import { graphql } from "../../gql";
import type { RecordFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { download } from "../../shared/download";
import { readNames } from "../../shared/values/resourceNames";
import { Button } from "../../ui/Button";
import { certificate } from "./certificate";

const CertificateQuery = graphql(`
  query Certificate($id: ID!) {
    disconnection(id: $id) {
      id
      restoration {
        certificate {
          document
          signature
          keyId
        }
      }
    }
    store {
      id
      name
      domain
    }
  }
`);

/** Downloads the certificate of a disconnect that is complete. */
export function DownloadCertificate({ record }: { record: RecordFragment }) {
  const client = useClient();
  const [status, setStatus] = useState("");

  async function save() {
    setStatus("");
    const { data } = await client.query(CertificateQuery, { id: record.id }, { requestPolicy: "cache-first" });
    if (!data?.store) return setStatus(t("disconnection.certificate.storeUnreadable"));
    const nameOf = await readNames(
      client,
      record.restoration.exceptions.nodes.flatMap(({ entry }) => entry ?? []),
    );
    const signed = data.disconnection?.restoration.certificate;
    const html = certificate({ record, store: data.store, nameOf, signed });
    download(`certificate-${record.disconnectedAt.slice(0, 10)}.html`, html, "text/html");
  }

  return (
    <>
      <Button variant="primary" onClick={save}>
        {t("disconnection.certificate.download")}
      </Button>
      {status && <span role="status">{status}</span>}
    </>
  );
}
