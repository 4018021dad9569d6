import { createRootRoute, createRoute, createRouter, Navigate } from '@tanstack/react-router';
import { parseMessageSearch } from './model/message-search.ts';
import { parseAlertSearch, parseEventSearch, parseListSearch } from './model/search-params.ts';
import { parseNewTemplateSearch, parseTemplateSearch } from './model/template-search.ts';
import { AlertsPage } from './pages/alerts/alerts-page.tsx';
import { ChannelsPage } from './pages/channels/channels-page.tsx';
import { ContactPage } from './pages/contacts/contact-page.tsx';
import { ConversationsPage } from './pages/conversations/conversations-page.tsx';
import { ThreadPage } from './pages/conversations/thread-page.tsx';
import { EventPage } from './pages/events/event-page.tsx';
import { EventsPage } from './pages/events/events-page.tsx';
import { MessagePage } from './pages/message/message-page.tsx';
import { EditTemplatePage } from './pages/templates/edit-template-page.tsx';
import { LibraryPage } from './pages/templates/library-page.tsx';
import { NewTemplatePage } from './pages/templates/new-template-page.tsx';
import { TemplatePage } from './pages/templates/template-page.tsx';
import { TemplatesPage } from './pages/templates/templates-page.tsx';
import { MessagesPage } from './pages/messages/messages-page.tsx';
import { NotFoundPage } from './pages/not-found-page.tsx';
import { PolicyPage } from './pages/policy/policy-page.tsx';
import { QuarantinePage } from './pages/quarantine/quarantine-page.tsx';
import { Shell } from './shell/shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage });
const parent = { getParentRoute: () => root };

const home = createRoute({ ...parent, path: '/', component: () => <Navigate to="/events" replace /> });

const events = createRoute({
  ...parent,
  path: '/events',
  validateSearch: parseEventSearch,
  component: function Events() {
    return <EventsPage search={events.useSearch()} />;
  },
});
const event = createRoute({
  ...parent,
  path: '/events/$id',
  component: function Event() {
    return <EventPage id={event.useParams().id} />;
  },
});
const conversations = createRoute({
  ...parent,
  path: '/conversations',
  validateSearch: parseListSearch,
  component: function Conversations() {
    return <ConversationsPage after={conversations.useSearch().after} />;
  },
});
const thread = createRoute({
  ...parent,
  path: '/conversations/$id',
  validateSearch: parseListSearch,
  component: function Thread() {
    const { id } = thread.useParams();
    const { after } = thread.useSearch();
    return <ThreadPage key={`${id} ${after}`} id={id} after={after} />;
  },
});
const contact = createRoute({
  ...parent,
  path: '/contacts/$id',
  validateSearch: parseListSearch,
  component: function Contact() {
    const { id } = contact.useParams();
    return <ContactPage key={id} id={id} after={contact.useSearch().after} />;
  },
});
const policy = createRoute({ ...parent, path: '/policy', component: PolicyPage });
const messages = createRoute({
  ...parent,
  path: '/messages',
  validateSearch: parseMessageSearch,
  component: function Messages() {
    return <MessagesPage search={messages.useSearch()} />;
  },
});
const message = createRoute({
  ...parent,
  path: '/messages/$id',
  component: function Message() {
    return <MessagePage id={message.useParams().id} />;
  },
});
const quarantine = createRoute({
  ...parent,
  path: '/quarantine',
  validateSearch: parseListSearch,
  component: function Quarantine() {
    return <QuarantinePage after={quarantine.useSearch().after} />;
  },
});
const templates = createRoute({
  ...parent,
  path: '/templates',
  validateSearch: parseTemplateSearch,
  component: function Templates() {
    return <TemplatesPage search={templates.useSearch()} />;
  },
});
const library = createRoute({ ...parent, path: '/templates/library', component: LibraryPage });
const newTemplate = createRoute({
  ...parent,
  path: '/templates/new',
  validateSearch: parseNewTemplateSearch,
  component: function NewTemplate() {
    const { from } = newTemplate.useSearch();
    return <NewTemplatePage key={from} from={from} />;
  },
});
const template = createRoute({
  ...parent,
  path: '/templates/$id',
  component: function Template() {
    const { id } = template.useParams();
    return <TemplatePage key={id} id={id} />;
  },
});
const editTemplate = createRoute({
  ...parent,
  path: '/templates/$id/edit',
  component: function EditTemplate() {
    const { id } = editTemplate.useParams();
    return <EditTemplatePage key={id} id={id} />;
  },
});
const alerts = createRoute({
  ...parent,
  path: '/alerts',
  validateSearch: parseAlertSearch,
  component: function Alerts() {
    return <AlertsPage search={alerts.useSearch()} />;
  },
});
const channels = createRoute({ ...parent, path: '/channels', component: ChannelsPage });

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    events,
    event,
    conversations,
    thread,
    contact,
    messages,
    message,
    templates,
    library,
    newTemplate,
    template,
    editTemplate,
    quarantine,
    channels,
    alerts,
    policy,
  ]),
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
