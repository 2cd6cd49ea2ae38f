/** Lets the browser save a file. */
export function downloadFile(name: string, content: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

/** Saves a canvas as PNG, on a background of the colour `paper`. */
export function downloadPng(name: string, canvas: HTMLCanvasElement, paper: string): void {
  const picture = document.createElement('canvas')
  picture.width = canvas.width
  picture.height = canvas.height
  const context = picture.getContext('2d')
  if (!context) return
  context.fillStyle = paper
  context.fillRect(0, 0, picture.width, picture.height)
  context.drawImage(canvas, 0, 0)
  picture.toBlob(blob => blob && downloadFile(name, blob), 'image/png')
}
