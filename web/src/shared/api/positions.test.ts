import { expect, test } from 'vitest';
import { Positions } from './positions';

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

test('an answer without a position changes nothing, and the number is bounded', () => {
  const positions = new Positions();
  positions.answered(undefined, 'a');
  positions.answered('a', null);
  expect(positions.header()).toBe('a');
  for (let i = 0; i < 50; ++i) positions.answered(undefined, `p${i.toString()}`);
  expect(positions.header()?.split(', ').length).toBe(4);
});
