/** A cell of a CSV file (RFC 4180) that no spreadsheet takes for a formula; the `+` of a number is kept. */
export function csvCell(text: string): string {
  const safe = /^[=@\t\r]|^[+-](?!\d+$)/.test(text) ? `'${text}` : text
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
