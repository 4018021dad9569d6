// Stylesheets are imported for their effect.
/* oxlint-disable import/no-unassigned-import */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './styles/base.css';
import './styles/parts.css';
import './styles/people.css';
import './styles/chat.css';
import './styles/bubble.css';
import './styles/bodies.css';
import './styles/composer.css';

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
