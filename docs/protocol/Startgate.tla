----------------------------- MODULE Startgate -----------------------------
(* How replicas migrate one schema, one at a time, while they are killed,     *)
(* frozen and cut off. README.md says what is left out and what was found.    *)
(* Comments name the Java types in dev.startgate: lock, coordination, flyway. *)
EXTENDS Naturals, Sequences, FiniteSets, TLC

CONSTANTS
  Replica,      \* the replicas
  Script,       \* the migrations, each a sequence of statements of the kinds below
  MaxTokens,    \* how often the lease is acquired at most
  MaxFaults,    \* how many faults there are at most
  MaxCleans,    \* how often a holder cleans the schema at most
  MaxErasures,  \* how often somebody erases what is recorded of sessions at most
  Sessions,     \* whether the database keeps sessions apart (SessionExclusivityCheck)
  Terminate,    \* startgate.lock.takeover=terminate
  Prompt,       \* whether no process is held up between a look at its clock and a statement
  Without       \* the layers that are taken out, to see what they are there for

(* A migration is one transaction ("tx" throughout, as on PostgreSQL), or its *)
(* statements take effect one by one:                                         *)
(*   "alone"   commits by itself, and what it changes shows whether it has    *)
(*   "opaque"  commits by itself, and nothing shows whether it has            *)
(*   "joins"   is committed together with the note that it is done            *)
Migration  == 1..Len(Script)
IsTx(m)    == Script[m][1] = "tx"
End(m)     == Len(Script[m]) + 1       \* the commit, or the row in Flyway's history
Token      == 1..MaxTokens             \* AcquisitionToken, one for each acquisition
Has(layer) == layer \notin Without

VARIABLES
  row,     \* the rows of the lock (LeaseTable, Fence):
           \*   token, valid   the lease: whose, and whether its time is not over
           \*   gen, by        the generation, and whose token it is
           \*   busy           whose lease session is in a transaction that has locked the lease, or 0
  ses,     \* the sessions in the database:
           \*   up             the tokens whose lease session is there (HolderSessions)
           \*   work           for each token, the session that migrates (GuardedSessions)
           \*   recorded       the tokens whose sessions are recorded (SessionRecords)
  data,    \* what is migrated:
           \*   hist           the migrations in Flyway's history
           \*   eff            how often each statement has taken effect
           \*   note           how far each migration is (IntentNotes, ScriptNotes)
  p,       \* the processes: at (where it is), token, gen (its generation), mig, pos, frozen
  lapsed,  \* the tokens whose lease is over on the clock of their process (LeaseClock)
  ghost,   \* last: the last token, begun: the last one that has begun to work, bad: what went wrong
  left     \* the faults, cleans and erasures that may still come

vars == <<row, ses, data, p, lapsed, ghost, left>>

NoSession == [open |-> FALSE, here |-> FALSE, run |-> 0, share |-> FALSE, m |-> 0]
NoNote    == [is |-> FALSE, done |-> 0, doubt |-> 0, look |-> 0]
Nothing   == [hist |-> {}, eff |-> [m \in Migration |-> [s \in 1..Len(Script[m]) |-> 0]],
              note |-> [m \in Migration |-> NoNote]]
Waiter    == [at |-> "look", token |-> 0, gen |-> 0, mig |-> 0, pos |-> 0, frozen |-> FALSE]

Init ==
  /\ row = [token |-> 0, valid |-> FALSE, gen |-> 0, by |-> 0, busy |-> 0]
  /\ ses = [up |-> {}, work |-> [k \in Token |-> NoSession], recorded |-> {}]
  /\ data = Nothing
  /\ p = [r \in Replica |-> Waiter]
  /\ lapsed = {}
  /\ ghost = [last |-> 0, begun |-> 0, bad |-> {}]
  /\ left = [faults |-> MaxFaults, cleans |-> MaxCleans, erasures |-> MaxErasures]

Pending    == Migration \ data.hist
First      == CHOOSE m \in Pending : \A o \in Pending : m <= o
Running(k) == ses.work[k].open /\ ses.work[k].run # 0
Ours(r)    == row.valid /\ row.token = p[r].token                  \* LeaseTable.isOurs
InTime(r)  == Has("deadline") => p[r].token \notin lapsed          \* Lease.ensureHeld
Open(r)    == LET n == p[r].token IN n # 0 /\ ses.work[n].open /\ ses.work[n].here
At(r, at)  == ~p[r].frozen /\ p[r].at \in at
Go(r, at)  == p' = [p EXCEPT ![r].at = at]
Wrong(why, when) == ghost.bad \cup (IF when THEN {why} ELSE {})

-----------------------------------------------------------------------------
(* A replica gets the lock.                                                   *)

\* LockedWorkRunner.isPending: what others have done is not done again
Done(r) ==
  /\ At(r, {"look"}) /\ Pending = {} /\ Go(r, "done")
  /\ UNCHANGED <<row, ses, data, lapsed, ghost, left>>

\* JdbcLock.tryAcquire, HolderSessions.begin
Acquire(r) ==
  LET n == ghost.last + 1 IN
  /\ At(r, {"look"}) /\ Pending # {} /\ ~row.valid /\ row.busy = 0 /\ n \in Token
  /\ row' = [row EXCEPT !.token = n, !.valid = TRUE]
  /\ ses' = [ses EXCEPT !.up = @ \cup {n}, !.recorded = @ \cup {n}]
  /\ p' = [p EXCEPT ![r].at = "sweep", ![r].token = n]
  /\ ghost' = [ghost EXCEPT !.last = n]
  /\ UNCHANGED <<data, lapsed, left>>

\* JdbcLock.tryAcquire, PredecessorSessions.clear: a holder that is over, and was frozen in a transaction,
\* keeps everybody from acquiring
EndBusy(r) ==
  /\ At(r, {"look"}) /\ Sessions /\ Has("ending who locks the lease") /\ ~row.valid /\ row.busy # 0
  /\ row' = [row EXCEPT !.busy = 0] /\ ses' = [ses EXCEPT !.up = @ \ {row.busy}]
  /\ UNCHANGED <<data, p, lapsed, ghost, left>>

(* What a new holder sees of others: the sessions that are recorded, and who  *)
(* has the lock of the session                                                *)
Works(r)  == {k \in ses.recorded \ {p[r].token} : Sessions /\ ses.work[k].open}
Idle(r)   == IF Has("ending idle sessions") THEN {k \in Works(r) : ~Running(k)} ELSE {}
Busy(r)   == IF Has("waiting for orphans") THEN {k \in Works(r) : Running(k)} ELSE {}
Seen(k)   == k \in ses.up /\ (k \in ses.recorded \/ Has("session lock"))
Leases(r) == {k \in Token \ {p[r].token} : Sessions /\ Seen(k)}

\* PredecessorSessions: ends what runs nothing, or everything, after a look whether the lease is its own
Sweep(r) ==
  /\ At(r, {"sweep", "again"}) /\ (Has("sweeping as the holder") => Ours(r))
  /\ \E ended \in {Idle(r)} \cup (IF Terminate THEN {Idle(r) \cup Busy(r)} ELSE {}) :
       /\ ended \cup Leases(r) # {}
       /\ ses' = [ses EXCEPT !.up = @ \ Leases(r),
                             !.work = [k \in Token |-> IF k \in ended THEN NoSession ELSE @[k]]]
       /\ ghost' = [ghost EXCEPT !.bad =
            Wrong("friendly fire", \E k \in ended \cup Leases(r) : k > p[r].token)]
  /\ UNCHANGED <<row, data, p, lapsed, left>>

\* PredecessorSessions: nothing is left
Swept(r) ==
  /\ At(r, {"sweep", "again"}) /\ Ours(r)
  /\ Idle(r) \cup Busy(r) \cup Leases(r) = {}
  /\ IF p[r].at = "sweep"
     THEN Go(r, "count") /\ UNCHANGED ghost
     ELSE Go(r, "work") /\ ghost' = [ghost EXCEPT !.begun = p[r].token]
  /\ UNCHANGED <<row, ses, data, lapsed, left>>

\* Fence.countUp, while the row of its lease is locked; NOWAIT
CountUp(r) ==
  /\ At(r, {"count"}) /\ Ours(r)
  /\ IF \E k \in Token : ses.work[k].open /\ ses.work[k].share
     THEN Go(r, "sweep") /\ UNCHANGED <<row, ghost>>
     ELSE /\ row' = [row EXCEPT !.gen = @ + 1, !.by = p[r].token]
          /\ p' = [p EXCEPT ![r].at = IF Has("second look") THEN "again" ELSE "work", ![r].gen = row.gen + 1]
          /\ ghost' = IF Has("second look") THEN ghost ELSE [ghost EXCEPT !.begun = p[r].token]
  /\ UNCHANGED <<ses, data, lapsed, left>>

-----------------------------------------------------------------------------
(* The holder migrates.                                                       *)

\* MigrationNotes.check (in the code at each attempt, and Resumptions reads the position again when
\* the migration begins); GuardedSessions.add: each session is recorded before it works
Guard(r) ==
  LET n == p[r].token IN
  /\ At(r, {"work"}) /\ Pending # {}
  /\ ses' = [ses EXCEPT !.work[n] = [NoSession EXCEPT !.open = TRUE, !.here = TRUE, !.m = First],
                        !.recorded = @ \cup {n}]
  /\ p' = [p EXCEPT ![r].at = "fence", ![r].mig = First, ![r].pos = IF data.note[First].is THEN 1 ELSE 0]
  /\ UNCHANGED <<row, data, lapsed, ghost, left>>

IsFence(r) == row.gen = p[r].gen /\ (Has("token in the fence") => row.by = p[r].token)

\* WorkSessions.fence: reads the generation, with FOR SHARE in the transaction of a migration, and looks
\* at the clock afterwards. A script that commits by itself has no such transaction.
Fence(r) ==
  /\ At(r, {"fence"}) /\ Open(r) /\ (Has("fence") => IsFence(r)) /\ InTime(r)
  /\ ses' = [ses EXCEPT !.work[p[r].token].share =
               IsTx(p[r].mig) /\ Has("fence") /\ Has("lock on the fence")]
  /\ Go(r, "begin")
  /\ UNCHANGED <<row, data, lapsed, ghost, left>>

\* NoteTable: a note on the connection of the lease, which is made anew if it has broken
MayNote(r) == Has("fenced notes") => IsFence(r)

\* Resumptions.begin: a migration begins
Begin(r) ==
  LET m == p[r].mig IN
  /\ At(r, {"begin"})
  /\ \/ IsTx(m) /\ Open(r) /\ UNCHANGED data
     \/ ~IsTx(m) /\ p[r].pos = 0 /\ MayNote(r)
        /\ data' = IF Has("notes") THEN [data EXCEPT !.note[m] = [NoNote EXCEPT !.is = TRUE]] ELSE data
  /\ p' = [p EXCEPT ![r].at = "statement", ![r].pos = 1]
  /\ UNCHANGED <<row, ses, lapsed, ghost, left>>

\* What a process has is given up: its sessions stay until somebody ends them
Leave(r, at) ==
  LET n == p[r].token IN
  /\ p' = [p EXCEPT ![r] = [Waiter EXCEPT !.at = at]]
  /\ ses' = [ses EXCEPT !.up = @ \ {n}, !.work[n].here = FALSE]

Unlocked(r) == IF row.busy = p[r].token THEN 0 ELSE row.busy

\* Resumptions.take: a migration goes on where another holder stopped, if that can be decided and nothing
\* of that holder is left; else a person decides (InterruptedMigrationException). To go on is noted, too.
Resume(r) ==
  LET m    == p[r].mig
      note == data.note[m]
      done == Has("evidence") /\ data.eff[m][note.doubt] # note.look
      true == data.eff[m][note.doubt] > 0 /\ ~\E k \in Token : Running(k) /\ ses.work[k].m = m
  IN
  /\ At(r, {"begin"}) /\ ~IsTx(m) /\ p[r].pos # 0 /\ Open(r) /\ MayNote(r)
  /\ IF ~Sessions \/ (note.doubt # 0 /\ Script[m][note.doubt] = "opaque")
     THEN /\ Leave(r, "blocked") /\ UNCHANGED ghost
          /\ row' = [row EXCEPT !.valid = @ /\ ~Ours(r), !.busy = Unlocked(r)]
     ELSE /\ p' = [p EXCEPT ![r].at = "statement", ![r].pos =
                     IF note.doubt = 0 THEN note.done + 1 ELSE IF done THEN note.doubt + 1 ELSE note.doubt]
          /\ ghost' = [ghost EXCEPT !.bad = Wrong("decision", note.doubt # 0 /\ done # true)]
          /\ UNCHANGED <<row, ses>>
  /\ UNCHANGED <<data, lapsed, left>>

ByItself(r) == p[r].pos # End(p[r].mig) /\ Script[p[r].mig][p[r].pos] \in {"alone", "opaque"}

\* ScriptTransactions.doubt: how what a statement changes looks before it. (In a transaction of Flyway on
\* MySQL and MariaDB the code writes this on the connection of the work, and the statement itself commits
\* it. What protects it there is that the next holder ends that session.)
Note(r) ==
  LET m == p[r].mig  s == p[r].pos IN
  /\ At(r, {"statement"}) /\ ByItself(r) /\ Open(r) /\ MayNote(r)
  /\ data' = IF ~Has("notes") THEN data ELSE [data EXCEPT !.note[m] =
               [is |-> TRUE, done |-> s - 1, doubt |-> s, look |-> data.eff[m][s]]]
  /\ Go(r, "noted")
  /\ UNCHANGED <<row, ses, lapsed, ghost, left>>

\* LeaseCallback, GuardedConnection, GuardedStatement: the database gets a statement, or the end of the
\* migration
Send(r) ==
  /\ At(r, {"statement", "noted"}) /\ (ByItself(r) <=> p[r].at = "noted") /\ Open(r) /\ (Prompt => InTime(r))
  /\ ses' = [ses EXCEPT !.work[p[r].token].run = p[r].pos]
  /\ ghost' = [ghost EXCEPT !.bad = Wrong("late statement", p[r].token # ghost.begun)]
  /\ Go(r, "sent")
  /\ UNCHANGED <<row, data, lapsed, left>>

\* The answer arrives. After the last one Flyway closes its connection (GuardedSessions.remove; in the
\* code at the end of migrate(), here after each migration).
Receive(r) ==
  LET n == p[r].token IN
  /\ At(r, {"sent"}) /\ Open(r) /\ ~Running(n)
  /\ IF p[r].pos # End(p[r].mig)
     THEN p' = [p EXCEPT ![r].at = "statement", ![r].pos = @ + 1] /\ UNCHANGED ses
     ELSE p' = [p EXCEPT ![r].at = "work", ![r].pos = 0] /\ ses' = [ses EXCEPT !.work[n] = NoSession]
  /\ UNCHANGED <<row, data, lapsed, ghost, left>>

\* JdbcLease.close: nothing is left to do, or the connection broke (WorkAttempts.lookAgain)
Release(r) ==
  /\ \/ At(r, {"work"}) /\ Pending = {}
     \/ At(r, {"fence", "begin", "statement", "noted", "sent"}) /\ ~Open(r)
  /\ Leave(r, "look") /\ row' = [row EXCEPT !.valid = @ /\ ~Ours(r), !.busy = Unlocked(r)]
  /\ UNCHANGED <<data, lapsed, ghost, left>>

\* JdbcLease.lose: the start fails, and the replica is started again. If the database did not answer,
\* WorkAttempts.lookAgain does the same without a new process
Lose(r) ==
  /\ ~p[r].frozen /\ p[r].token # 0
  /\ p[r].token \in lapsed \/ (~Ours(r) /\ p[r].at # "restore")
  /\ Leave(r, "look") /\ row' = [row EXCEPT !.busy = Unlocked(r)]
  /\ UNCHANGED <<data, lapsed, ghost, left>>

\* HolderSessions.refresh: a new session takes the place of that of the lease
Mark(r) ==
  LET n == p[r].token IN
  /\ ~p[r].frozen /\ n # 0 /\ Ours(r) /\ n \notin ses.up
  /\ ses' = [ses EXCEPT !.up = @ \cup {n}, !.recorded = @ \cup {n}]
  /\ UNCHANGED <<row, data, p, lapsed, ghost, left>>

\* Fence.restore, after a clean: not if another replica has counted meanwhile
Restore(r) ==
  LET n == p[r].token IN
  /\ At(r, {"restore"})
  /\ IF ~row.valid /\ (Has("look before restoring") => row.gen = 0)
     THEN /\ row' = [token |-> n, valid |-> TRUE, gen |-> p[r].gen, by |-> n, busy |-> 0] /\ Go(r, "work")
          /\ ses' = [ses EXCEPT !.recorded = @ \cup {n}]
          /\ ghost' = IF n \notin lapsed THEN [ghost EXCEPT !.begun = n] ELSE ghost
     ELSE Leave(r, "look") /\ UNCHANGED <<row, ghost>>
  /\ UNCHANGED <<data, lapsed, left>>

-----------------------------------------------------------------------------
(* The database goes on by itself.                                            *)

\* A statement takes effect and is over, also if nobody waits for its answer
Finish(k) ==
  LET m    == ses.work[k].m
      s    == ses.work[k].run
      ends == s = End(m)
      once(was) == IF was < 2 THEN was + 1 ELSE was
      eff  == IF ends /\ IsTx(m) THEN [data.eff EXCEPT ![m] = [i \in DOMAIN @ |-> once(@[i])]]
              ELSE IF ends \/ IsTx(m) THEN data.eff
              ELSE [data.eff EXCEPT ![m][s] = once(@)]
      note == IF ~ends /\ Script[m][s] = "joins" /\ Has("notes")
              THEN [data.note EXCEPT ![m] = [NoNote EXCEPT !.is = TRUE, !.done = s]] ELSE data.note
  IN
  /\ Running(k)
  /\ ses' = [ses EXCEPT !.work[k].run = 0, !.work[k].share = @ /\ ~ends]
  /\ data' = [hist |-> data.hist \cup (IF ends THEN {m} ELSE {}), eff |-> eff, note |-> note]
  /\ ghost' = [ghost EXCEPT !.bad = Wrong("late commit", (ends \/ ~IsTx(m)) /\ k # ghost.begun)]
  /\ UNCHANGED <<row, p, lapsed, left>>

\* The database notices that a client has gone, perhaps in the middle of a statement
\* (client_connection_check_interval), and rolls back
Notice(k) ==
  /\ ses.work[k].open /\ ~ses.work[k].here
  /\ ses' = [ses EXCEPT !.work[k] = NoSession]
  /\ UNCHANGED <<row, data, p, lapsed, ghost, left>>

Able(n) == \E r \in Replica : p[r].token = n /\ ~p[r].frozen
Fault   == left.faults > 0 /\ left' = [left EXCEPT !.faults = @ - 1]

\* A lease that is not renewed runs out, in the database and on the clock of its process. A holder
\* that is able to renew it fails to do so only by a fault (LeaseRenewal).
RunOut ==
  /\ row.valid
  /\ IF Able(row.token) /\ Has("renewal") THEN Fault ELSE UNCHANGED left
  /\ row' = [row EXCEPT !.valid = FALSE] /\ lapsed' = lapsed \cup 1..row.token
  /\ UNCHANGED <<ses, data, p, ghost>>

\* HolderLiveness: a waiter sees no session of the holder, and does not wait for the end of its lease
Vanish ==
  /\ Sessions /\ row.valid /\ row.busy = 0 /\ ~Seen(row.token)
  /\ ~(ses.work[row.token].open /\ row.token \in ses.recorded)
  /\ \E r \in Replica : At(r, {"look"})
  /\ row' = [row EXCEPT !.valid = FALSE]
  /\ UNCHANGED <<ses, data, p, lapsed, ghost, left>>

-----------------------------------------------------------------------------
(* Faults.                                                                    *)

\* A process is killed, and started again
Crash(r) ==
  /\ p[r].token # 0 /\ Fault /\ Leave(r, "look") /\ row' = [row EXCEPT !.busy = Unlocked(r)]
  /\ UNCHANGED <<data, lapsed, ghost>>

\* A process is frozen, perhaps in the middle of a transaction in which it has locked the lease
Freeze(r) ==
  /\ p[r].token # 0 /\ ~p[r].frozen /\ Fault /\ p' = [p EXCEPT ![r].frozen = TRUE]
  /\ \/ UNCHANGED row
     \/ Ours(r) /\ p[r].token \in ses.up /\ row' = [row EXCEPT !.busy = p[r].token]
  /\ UNCHANGED <<ses, data, lapsed, ghost>>

Thaw(r) ==
  /\ p[r].frozen /\ p' = [p EXCEPT ![r].frozen = FALSE] /\ row' = [row EXCEPT !.busy = Unlocked(r)]
  /\ UNCHANGED <<ses, data, lapsed, ghost, left>>

\* The connection of the work breaks: its answer is lost, and what runs goes on
CutWork(r) ==
  /\ Open(r) /\ Fault /\ ses' = [ses EXCEPT !.work[p[r].token].here = FALSE]
  /\ UNCHANGED <<row, data, p, lapsed, ghost>>

CutLease(r) ==
  /\ p[r].token \in ses.up /\ Fault /\ ses' = [ses EXCEPT !.up = @ \ {p[r].token}]
  /\ row' = [row EXCEPT !.busy = Unlocked(r)]
  /\ UNCHANGED <<data, p, lapsed, ghost>>

RestartDatabase ==
  /\ (ses.up # {} \/ \E k \in Token : ses.work[k].open) /\ Fault
  /\ ses' = [ses EXCEPT !.up = {}, !.work = [k \in Token |-> NoSession]] /\ row' = [row EXCEPT !.busy = 0]
  /\ UNCHANGED <<data, p, lapsed, ghost>>

\* CoordinatedFlyway.clean, by a strategy: everything is gone, also what is known of the lease
Clean(r) ==
  /\ At(r, {"work"}) /\ Ours(r) /\ left.cleans > 0 /\ left' = [left EXCEPT !.cleans = @ - 1]
  /\ row' = [token |-> 0, valid |-> FALSE, gen |-> 0, by |-> 0, busy |-> 0]
  /\ ses' = [ses EXCEPT !.recorded = {}] /\ data' = Nothing
  /\ Go(r, "restore")
  /\ UNCHANGED <<lapsed, ghost>>

\* Somebody deletes the rows of the kind "session"
Erase ==
  /\ left.erasures > 0 /\ left' = [left EXCEPT !.erasures = @ - 1]
  /\ ses' = [ses EXCEPT !.recorded = {}]
  /\ UNCHANGED <<row, data, p, lapsed, ghost>>

-----------------------------------------------------------------------------
Step(r) ==
  \/ Done(r) \/ Acquire(r) \/ EndBusy(r) \/ Sweep(r) \/ Swept(r) \/ CountUp(r)
  \/ Guard(r) \/ Fence(r) \/ Begin(r) \/ Resume(r) \/ Note(r) \/ Send(r) \/ Receive(r)
  \/ Release(r) \/ Lose(r) \/ Mark(r) \/ Restore(r)

Next ==
  \/ \E r \in Replica : Step(r)
  \/ \E k \in Token : Finish(k) \/ Notice(k)
  \/ RunOut \/ Vanish
  \/ \E r \in Replica : Crash(r) \/ Freeze(r) \/ Thaw(r) \/ CutWork(r) \/ CutLease(r) \/ Clean(r)
  \/ RestartDatabase \/ Erase

Spec == Init /\ [][Next]_vars

(* What goes on unless something keeps it from going on. A process that is    *)
(* frozen may stay so, and the number of faults is limited.                   *)
FairSpec ==
  /\ Spec
  /\ \A r \in Replica : WF_vars(Step(r))
  /\ \A k \in Token : WF_vars(Finish(k))
  /\ WF_vars(~Able(row.token) /\ RunOut)

-----------------------------------------------------------------------------
(* Safety.                                                                    *)

\* Never do two generations execute migration SQL
Exclusion == \A a, b \in Token : Running(a) /\ Running(b) => a = b

\* A stale holder commits nothing after its successor has begun
NoLateCommit == "late commit" \notin ghost.bad

\* Each statement takes effect at most once, and has taken effect if its migration is recorded. (What
\* was interrupted and can't be decided is not run again: its replica is "blocked".)
ExactlyOnce == \A m \in Migration : \A s \in DOMAIN data.eff[m] :
  data.eff[m][s] <= 1 /\ (m \in data.hist => data.eff[m][s] = 1)

\* What is decided about a statement in doubt is right
RightDecision == "decision" \notin ghost.bad

\* Nobody ends the sessions of a later holder. (Sweep looks at the lease and ends them in one step. In the
\* code there is a moment in between: README.)
NoFriendlyFire == "friendly fire" \notin ghost.bad

\* Where nothing is known of sessions: a stale holder begins no statement after its successor has begun
NoLateStatement == "late statement" \notin ghost.bad

\* Without a fault no work is taken over
Undisturbed == left.faults = MaxFaults => \A k \in Token : k < row.token => ~ses.work[k].open

\* Nothing is left out because there are too few tokens
EnoughTokens == ghost.last < MaxTokens

(* Liveness: some replica finishes, or knows why not, unless all stay frozen. *)
Progress == (\A r \in Replica : <>[]p[r].frozen) \/ <>(\E r \in Replica : p[r].at \in {"done", "blocked"})
=============================================================================
