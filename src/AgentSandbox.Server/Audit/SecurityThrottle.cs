namespace AgentSandbox.Server.Audit;

/// <summary>
/// Bounds how much of the logs strangers can fill, who need no key to be refused: so many a minute of each kind, and fewer from
/// each source, so that one that is loud does not hide the others. The next of the kind says how many were left out. Thread-safe.
/// </summary>
internal sealed class SecurityThrottle(TimeProvider time)
{
    public const int EntriesPerSource = 100;
    public const int EntriesPerKind = 1_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<SecurityEvent, State> _states = [];     // guarded by _gate

    /// <param name="source">An owner, or an address where nobody has proven who it is; null when the server noticed by itself.</param>
    /// <param name="leftOut">How many of the kind, from wherever, have not passed since the last that did.</param>
    public bool TryPass(SecurityEvent what, string? source, out long leftOut)
    {
        lock (_gate)
        {
            if (!_states.TryGetValue(what, out var state)) _states[what] = state = new State();
            if (state.Passed == 0 || time.GetElapsedTime(state.Since) >= Window) state.Restart(time.GetTimestamp());
            leftOut = state.LeftOut;
            return state.TryPass(source ?? "");
        }
    }

    private sealed class State
    {
        /// <summary>Holds only sources of which something has passed, and so no more of them than that.</summary>
        private readonly Dictionary<string, int> _passedOf = new(StringComparer.Ordinal);

        public long Since { get; private set; }

        public int Passed { get; private set; }

        public long LeftOut { get; private set; }

        public void Restart(long now)
        {
            (Since, Passed) = (now, 0);
            _passedOf.Clear();
        }

        public bool TryPass(string source)
        {
            var passed = _passedOf.GetValueOrDefault(source);
            if (Passed == EntriesPerKind || passed == EntriesPerSource)
            {
                LeftOut++;
                return false;
            }

            _passedOf[source] = passed + 1;
            Passed++;
            LeftOut = 0;
            return true;
        }
    }
}
