/** The text in the bytes of a file: UTF-8, UTF-16 with its mark, or else Windows-1252, as older spreadsheets save it. */

/** Undefined if the file is no text. */
export function textOfBytes(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  if (bytes.some(byte => byte < 9 || (byte > 13 && byte < 32 && byte !== 27))) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // Every byte is a letter in it: only letters beyond ASCII differ, and no number has one.
    return new TextDecoder('windows-1252').decode(bytes)
  }
}
