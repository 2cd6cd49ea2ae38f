/** The language of the page: the one that was chosen, or else the browser's. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const

export type Language = keyof typeof LANGUAGES

const KEY = 'language'

export const language: Language = chosen() ?? preferred()

/** The texts in the page's language. Both are of one type, so that the compiler finds what is missing. */
export function inLanguage<T>(texts: Readonly<Record<Language, T>>): T {
  return texts[language]
}

/** Keeps the choice for this browser, and shows the page in it. */
export function chooseLanguage(next: Language): void {
  localStorage.setItem(KEY, next)
  location.reload()
}

function chosen(): Language | undefined {
  try {
    return known(localStorage.getItem(KEY))
  } catch {
    // No storage: as in a program, or where the browser refuses it.
    return undefined
  }
}

function preferred(): Language {
  if (typeof document === 'undefined') return 'en'
  for (const wanted of navigator.languages) {
    const found = known(wanted.slice(0, 2).toLowerCase())
    if (found) return found
  }
  return 'en'
}

function known(name: string | null): Language | undefined {
  return name !== null && Object.hasOwn(LANGUAGES, name) ? (name as Language) : undefined
}
