/** The texts of the class wall in the page's language. */
import { WALL as ENGLISH } from '../shared/english-words.ts'
import { WALL as GERMAN } from '../shared/german-words.ts'
import { inLanguage, type Texts } from '../shared/language.ts'

export const WALL_WORDS = inLanguage<Texts<typeof ENGLISH>>({ en: ENGLISH, de: GERMAN })
