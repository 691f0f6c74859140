import { beforeEach, expect, test } from 'vitest';
import { Positions } from './positions';

beforeEach(() => {
  sessionStorage.clear();
});

test('nothing is sent before anything was seen', () => {
  expect(new Positions().header()).toBeUndefined();
});

test('a joined answer replaces what its request sent', () => {
  const positions = new Positions();
  positions.answered(undefined, 'a');
  const sent = positions.header();
  expect(sent).toBe('a');
  positions.answered(sent, 'b');
  expect(positions.header()).toBe('b');
});

test('what came while a request was under way is not lost by its answer', () => {
  const positions = new Positions();
  positions.answered(undefined, 'a');
  const sent = positions.header();
  positions.answered(sent, 'b');
  positions.answered(sent, 'c'); // sent before b was known: does not hold it
  expect(positions.header()?.split(', ').sort()).toEqual(['b', 'c']);
});

test('an answer without a position changes nothing', () => {
  const positions = new Positions();
  positions.answered(undefined, 'a');
  positions.answered('a', null);
  expect(positions.header()).toBe('a');
});

test('a reload forgets nothing', () => {
  const positions = new Positions();
  positions.answered(undefined, 'a');
  positions.answered(undefined, 'b');
  expect(new Positions().header()).toBe('a, b');
});
