/**
 * The language of the page: the one that was chosen, or else the browser's.
 *
 * A further language is a file beside english-words.ts with its texts, each of the type `Texts<typeof …>`, and a line in
 * LANGUAGES; the compiler then names the places where the file is to be chosen.
 */
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const

export type Language = keyof typeof LANGUAGES

const KEY = 'language'

/** What a browser has of it; programs have none. */
const browser = globalThis as unknown as {
  readonly document?: { readonly documentElement: { lang: string } }
  readonly navigator?: { readonly languages: readonly string[] }
  readonly localStorage?: { getItem(key: string): string | null; setItem(key: string, value: string): void }
  readonly location?: { reload(): void }
}

export const language: Language = chosen() ?? preferred()
if (browser.document) browser.document.documentElement.lang = language

/** Texts of the same form in any language. */
export type Texts<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : { readonly [K in keyof T]: Texts<T[K]> }

/** The texts in the page's language. Both are of one type, so that the compiler finds what is missing. */
/* @__NO_SIDE_EFFECTS__ */
export function inLanguage<T>(texts: Readonly<Record<Language, T>>): T {
  return texts[language]
}

/** Keeps the choice for this browser, and shows the page in it. */
export function chooseLanguage(next: Language): void {
  browser.localStorage?.setItem(KEY, next)
  browser.location?.reload()
}

function chosen(): Language | undefined {
  if (!browser.document) return undefined
  try {
    return known(browser.localStorage?.getItem(KEY) ?? null)
  } catch {
    // The browser refuses it.
    return undefined
  }
}

function preferred(): Language {
  if (!browser.document) return 'en'
  for (const wanted of browser.navigator?.languages ?? []) {
    const found = known(wanted.slice(0, 2).toLowerCase())
    if (found) return found
  }
  return 'en'
}

function known(name: string | null): Language | undefined {
  return name !== null && Object.hasOwn(LANGUAGES, name) ? (name as Language) : undefined
}
