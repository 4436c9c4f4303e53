import 'antd/dist/reset.css';
import './styles/theme.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/marks.css';
import './styles/pages.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { EventsProvider } from './api/events.tsx';
import { retryUnlessSaid } from './api/queries.ts';
import { SessionProvider } from './api/session.tsx';
import { startI18n } from './i18n.ts';
import { ThemeProvider } from './theme/mode.tsx';

const client = new QueryClient({
  defaultOptions: { queries: { retry: retryUnlessSaid, staleTime: 5_000, refetchOnWindowFocus: true } },
});

await startI18n();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <ThemeProvider>
        <SessionProvider>
          <EventsProvider>
            <App />
          </EventsProvider>
        </SessionProvider>
      </ThemeProvider>
    </QueryClientProvider>
  </StrictMode>,
);
