import { randomUUID } from "node:crypto";

const place = `verbatim ${randomUUID()}`; // which nobody can write into a setting
let texts = [];

// Verbatim is JSON that is answered as it is. JSON.parse and JSON.stringify would make 0.5 of 0.50, and Node 20 has no
// JSON.rawJSON.
export class Verbatim {
  constructor(text) {
    this.text = text;
  }

  toJSON() {
    texts.push(this.text);
    return place;
  }
}

// stringify writes an answer: one pass over all of it, and one that puts the texts in their places.
export function stringify(answer) {
  texts = [];
  const parts = JSON.stringify(answer).split(`"${place}"`);
  let written = parts[0];
  for (let i = 1; i < parts.length; i++) written += texts[i - 1] + parts[i];
  return written;
}
