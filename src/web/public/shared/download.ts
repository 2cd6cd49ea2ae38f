/** Lets the browser save a file. */
export function downloadFile(name: string, content: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

/** Saves a drawing as PNG, with `scale` dots per CSS pixel of it: fine enough for print. */
export async function downloadPng(
  name: string,
  svg: string,
  { width, height, scale }: { readonly width: number; readonly height: number; readonly scale: number },
): Promise<void> {
  const picture = new Image()
  picture.src = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  await picture.decode()
  const canvas = document.createElement('canvas')
  canvas.width = width * scale
  canvas.height = height * scale
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  URL.revokeObjectURL(picture.src)
  canvas.toBlob(blob => blob && downloadFile(name, blob), 'image/png')
}
