/** A link as a QR code of half blocks, for the terminal: a phone reads it from the screen. */
export async function qrText(link: string): Promise<string> {
  const { renderUnicodeCompact } = await import('uqr')
  return renderUnicodeCompact(link, { border: 2 })
}
