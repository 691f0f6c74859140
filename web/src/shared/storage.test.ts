import { afterEach, expect, test, vi } from 'vitest';
import { keep, recall } from './storage';

afterEach(() => {
  keep('localStorage', 'x', null);
});

test('what is kept is there until it is forgotten', () => {
  expect(recall('localStorage', 'x')).toBeNull();
  keep('localStorage', 'x', { a: 1 });
  expect(recall('localStorage', 'x')).toEqual({ a: 1 });
  keep('localStorage', 'x', null);
  expect(recall('localStorage', 'x')).toBeNull();
});

test('what somebody else has written is nothing', () => {
  localStorage.setItem('x', '{');
  expect(recall('localStorage', 'x')).toBeNull();
});

test('where storage is forbidden or full, the page remembers by itself', () => {
  const forbidden = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('no', 'SecurityError');
  });
  keep('localStorage', 'x', { a: 1 });
  expect(recall('localStorage', 'x')).toEqual({ a: 1 });
  forbidden.mockRestore();
  keep('localStorage', 'x', { a: 2 });
  expect(recall('localStorage', 'x')).toEqual({ a: 2 });
});
