/** True where the record holds this ASCII text: facts keep hashes as hex. */
export function includesAscii(record: Uint8Array, text: string): boolean {
  const first = text.charCodeAt(0);
  const last = record.length - text.length;
  for (let i = record.indexOf(first); i >= 0 && i <= last; i = record.indexOf(first, i + 1)) {
    let j = 1;
    while (j < text.length && record[i + j] === text.charCodeAt(j)) j++;
    if (j === text.length) return true;
  }
  return false;
}
