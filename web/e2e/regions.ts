/** What happens to the shop's regions while somebody shops: its own commands, from this repository. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { expect, type Page } from '@playwright/test';

export const IRELAND = 'eu-west-1';
export const SINGAPORE = 'ap-southeast-1';

const { PERPETUA_HOME: home = '', PERPETUA_PORT: port = '' } = process.env;
if (!home || !port)
  throw new Error('PERPETUA_HOME and PERPETUA_PORT are not set: whose shop is it?');
const REPOSITORY = resolve('..');

const KILL = `
import sys
from ops.shop import Shop
from ops.supervisor import Supervisor
home, port, region = sys.argv[1:]
supervisor = Supervisor(Shop.open(home, int(port)))
print("ready", flush=True)
sys.stdin.readline()
assert supervisor.kill(region), "it did not run"
`;

/** Prepares SIGKILL for everything in the region, as the drill does it; it stays dead. */
export async function readyToKill(region: string): Promise<() => Promise<void>> {
  const python = spawn('/usr/bin/python3', ['-s', '-c', KILL, home, port, region], {
    cwd: REPOSITORY,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(python, 'exit') as Promise<[number | null]>;
  await Promise.race([once(python.stdout, 'data'), ended]);
  return async () => {
    python.stdin.end('now\n');
    expect((await ended)[0], `${region} was killed`).toBe(0);
  };
}

export async function kill(region: string): Promise<void> {
  await (
    await readyToKill(region)
  )();
}

/** Runs a command on this shop; what it said. */
export function perpetua(...args: string[]): string {
  return execFileSync('./perpetua', [...args, '--home', home, '--port', port], {
    cwd: REPOSITORY,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  });
}

/** Brings back what was killed, and waits until it is ready. */
export function bringBack(): void {
  perpetua('up', '--yes');
}

/** The region that this page says it comes from. */
export const flagOf = (page: Page, region: string) => page.locator(`[data-region="${region}"]`);

/** What is said, calmly, when another region has taken over. */
export const movedNotice = (page: Page) =>
  page
    .getByRole('status')
    .getByText(/^Ireland does not answer at the moment, so Singapore serves you now/);

/** Loads pages until one comes from the region. */
export async function untilServedFrom(page: Page, region: string): Promise<void> {
  await expect(async () => {
    await page.goto('/');
    await expect(flagOf(page, region)).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
}
