/** What a page knows of its links for others. Pure. */

/** What the server tells of its links to who may control. */
export interface Links {
  readonly tokens: { readonly pupils?: string; readonly teacher?: string }
  /** The addresses of this page for other machines. */
  readonly urls: readonly string[]
}

export interface AccessState {
  links: Links | undefined
  refusal: string | undefined
}

/** The address that others reach this page at; undefined if they cannot. */
export function addressForOthers(
  { hostname, origin }: { readonly hostname: string; readonly origin: string },
  urls: readonly string[],
): string | undefined {
  const isThisMachine = hostname === 'localhost' || hostname === '[::1]' || /^127\./.test(hostname)
  return isThisMachine ? urls[0] : origin
}

export function loginLink(base: string, token: string): string {
  return `${base}/login#${encodeURIComponent(token)}`
}
