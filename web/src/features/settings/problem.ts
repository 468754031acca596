/** Why a draft is not saved, in a sentence for the seller: the browser or the server says so. */
export interface Problem {
  message: string;
  /** The name of the field that it is about, of a control that has several. */
  field?: string;
}
