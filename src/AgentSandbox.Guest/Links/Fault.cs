using System.Globalization;
using System.Runtime.InteropServices;
using AgentSandbox.Guest.Native;
using AgentSandbox.Protocol;

namespace AgentSandbox.Guest.Links;

/// <summary>Why a request failed. A method that can fail returns null when it did not.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Fault(GuestErrorCode Code, int Error = 0)
{
    /// <summary>Only for errors that have no code of their own; the server words the others.</summary>
    public string Message => Error == 0 ? "" : "errno " + Error.ToString(CultureInfo.InvariantCulture);

    /// <summary>What the last file operation said.</summary>
    public static Fault FromLastError() => FromFileError(Errno.Last);

    public static Fault FromFileError(int error) => error switch
    {
        Errno.NoEntry => new(GuestErrorCode.NotFound),
        Errno.Perm or Errno.Access => new(GuestErrorCode.PermissionDenied),
        Errno.NotDirectory => new(GuestErrorCode.NotADirectory),
        Errno.IsDirectory => new(GuestErrorCode.IsADirectory),
        Errno.Exists => new(GuestErrorCode.AlreadyExists),
        Errno.NotEmpty => new(GuestErrorCode.NotEmpty),
        Errno.NoSpace or Errno.Quota => new(GuestErrorCode.NoSpace),
        Errno.NameTooLong => new(GuestErrorCode.NameTooLong),
        Errno.Loop or Errno.TooManyNames => new(GuestErrorCode.TooManyLinks),
        Errno.ReadOnly => new(GuestErrorCode.ReadOnly),
        Errno.Invalid => new(GuestErrorCode.InvalidPath),
        Errno.CrossDevice => new(GuestErrorCode.CrossDevice),
        Errno.Busy or Errno.TextBusy => new(GuestErrorCode.Busy),
        Errno.FileTooLarge => new(GuestErrorCode.FileTooLarge),
        Errno.NoMemory or Errno.SystemFiles or Errno.ProcessFiles => new(GuestErrorCode.OutOfResources),
        _ => new(GuestErrorCode.InputOutput, error),
    };
}
