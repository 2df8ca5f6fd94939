using System.Runtime.InteropServices;

namespace AgentSandbox.Guest.Native;

internal static class Errno
{
    public const int Perm = 1, NoEntry = 2, Interrupted = 4, ArgumentsTooLong = 7, ExecFormat = 8, Again = 11,
        NoMemory = 12, Access = 13, Busy = 16, Exists = 17, CrossDevice = 18, NotDirectory = 20, IsDirectory = 21, Invalid = 22,
        SystemFiles = 23, ProcessFiles = 24, TextBusy = 26, FileTooLarge = 27, NoSpace = 28, ReadOnly = 30, TooManyNames = 31,
        NameTooLong = 36, NotEmpty = 39, Loop = 40, Quota = 122;

    public static int Last => Marshal.GetLastPInvokeError();

    public static bool IsTransient => Last is Again or Interrupted;
}
