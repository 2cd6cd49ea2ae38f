const MOST_CHARACTERS = 60

/** What others wrote, as it stands in a complaint: long texts are cut. */
export function shortened(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 3)}...` : text
}
