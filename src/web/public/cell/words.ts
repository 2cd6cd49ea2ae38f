/** The texts of the picture of the cell in the page's language. */
import { CELL as ENGLISH } from '../shared/english-words.ts'
import { CELL as GERMAN } from '../shared/german-words.ts'
import { inLanguage, type Texts } from '../shared/language.ts'

export const CELL_WORDS = inLanguage<Texts<typeof ENGLISH>>({ en: ENGLISH, de: GERMAN })
