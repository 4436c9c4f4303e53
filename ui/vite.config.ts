import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { mockServer } from './dev/mock.ts';

// `npm run dev` serves the pages with the mock API of dev/ unless XL_BACKEND names a running server; neither reaches dist.
export default defineConfig(() => {
  const backend = process.env.XL_BACKEND;
  return {
    plugins: [react(), ...(backend ? [] : [mockServer()])],
    server: {
      host: '127.0.0.1',
      proxy: backend ? Object.fromEntries(['/api', '/fhir'].map((p) => [p, { target: backend }])) : undefined,
    },
    preview: { host: '127.0.0.1' },
    build: {
      target: 'es2022',
      sourcemap: false,
      chunkSizeWarningLimit: 1200,
      rolldownOptions: {
        output: {
          codeSplitting: {
            groups: [
              { name: 'antd', test: /node_modules[\\/](antd|@ant-design|@rc-component|rc-)/ },
              { name: 'echarts', test: /node_modules[\\/](echarts|zrender)/ },
            ],
          },
        },
      },
    },
  };
});
