/** The id of the request by which a result was answered, under which the log has it. */
export function requestIdOf(extensions: Record<string, unknown> | undefined): string | undefined {
  const id = extensions?.requestId;
  return typeof id === "string" ? id : undefined;
}
