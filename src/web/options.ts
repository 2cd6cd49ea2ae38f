import type { Fields, ValuesOf } from '../fields/field-types-and-checks.ts'

/** Settings of the dashboard's server. */
export const WEB_FIELDS = {
  enabled: { type: 'flag', default: true, help: 'serve the dashboard' },
  port: {
    type: 'number',
    unit: '',
    min: 0,
    max: 65_535,
    integer: true,
    default: 8080,
    help: 'TCP port of the dashboard; 0 means any free one',
  },
  host: {
    type: 'text',
    default: '127.0.0.1',
    help: 'address that the dashboard listens at: 127.0.0.1 is this machine alone, 0.0.0.0 the whole network',
  },
  names: {
    type: 'text',
    default: '',
    help: 'further names that browsers may call this machine by, with commas between them; its own name, that with .local and its addresses are known',
  },
  tokenFile: {
    type: 'text',
    default: '',
    help: 'file whose first line is the token for control from other machines; empty means one that neurond makes and keeps',
  },
} as const satisfies Fields

export type WebOptions = ValuesOf<typeof WEB_FIELDS>
