/**
 * Whether this browser has a session. The session itself is a cookie that scripts cannot read; this
 * only spares a stranger the questions about a cart that cannot be there.
 */
const NAME = 'perpetua.session';

export const hasSession = (): boolean => localStorage.getItem(NAME) !== null;
export const sessionBegan = (): void => localStorage.setItem(NAME, '1');
