import { Center, Loader } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ApiProblem, toProblem } from './api/problem.ts';
import { meQuery } from './api/queries.ts';
import { ProblemState } from './parts/states.tsx';
import { router } from './router.tsx';
import { SignIn } from './sign-in.tsx';

function isSignedOut(error: unknown): boolean {
  return error instanceof ApiProblem && error.problem.status === 401;
}

/** Shows the program to who is signed in and the sign-in to everyone else; the URL stays, so links survive signing in. */
export function Gate({ linkError }: { linkError: string | null }) {
  const queries = useQueryClient();
  const me = useQuery(meQuery);
  const refetchMe = me.refetch;

  // A session can end while a page is open: the first 401 of any query asks again who we are.
  useEffect(
    () =>
      queries.getQueryCache().subscribe(({ type, query }) => {
        const ended = type === 'updated' && query.queryKey[0] !== 'me' && isSignedOut(query.state.error);
        if (ended && !queries.isFetching({ queryKey: ['me'] })) void refetchMe();
      }),
    [queries, refetchMe],
  );

  if (isSignedOut(me.error)) return <SignIn linkError={linkError} />;
  if (me.data) return <RouterProvider router={router} />;
  return (
    <Center mih="100dvh" p="md">
      {me.error ? (
        <ProblemState problem={toProblem(me.error)} retry={() => void me.refetch()} />
      ) : (
        <Loader aria-label="Loading" />
      )}
    </Center>
  );
}
