// Where on its site the portal is: empty at the root, "/ourea" below a path. The server says it in index.html.
const said = document.querySelector<HTMLMetaElement>('meta[name="ourea-base"]')?.content ?? '';

/** Without a slash at the end. While the front end is being written, "./" means the root. */
export const BASE = said === './' ? '' : said.replace(/\/$/, '');
