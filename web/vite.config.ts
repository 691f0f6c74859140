import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// Where `npm run dev` finds an API; the product serves storefront and API from one origin.
const shop = process.env.PERPETUA_URL ?? 'http://localhost:8080';

export default defineConfig({
  plugins: [react()],
  // Inlined assets would need data: in the content security policy.
  // Bootstrap 5.3 is written in the Sass of before @use.
  css: { preprocessorOptions: { scss: { quietDeps: true, silenceDeprecations: ['import', 'global-builtin'] } } },
  build: { assetsInlineLimit: 0, target: 'es2022' },
  server: { proxy: { '/api': { target: shop, changeOrigin: true } } },
  test: { environment: 'jsdom', include: ['src/**/*.test.{ts,tsx}'], restoreMocks: true },
});
