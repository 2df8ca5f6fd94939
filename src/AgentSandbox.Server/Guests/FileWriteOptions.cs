namespace AgentSandbox.Server.Guests;

/// <summary>How a file is written.</summary>
/// <param name="CreateParents">Whether missing directories above it are made.</param>
/// <param name="Exclusive">Whether an existing file is an error.</param>
/// <param name="Append">Whether an existing file is kept and added to; what was added stays if the transfer breaks off.</param>
/// <param name="Mode">Permission bits; null keeps those of the file that is replaced, or is 0644.</param>
internal sealed record FileWriteOptions(bool CreateParents = true, bool Exclusive = false, bool Append = false, uint? Mode = null);
