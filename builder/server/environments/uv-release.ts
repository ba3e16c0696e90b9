// Pins the uv release that resolves and installs packages: one wheel per platform, by SHA-256.
export const uvVersion = '0.13.8';

interface Wheel {
  file: string;
  sha256: string;
}

/** The Linux executables are static, so they run with every C library. */
const wheels: Record<string, Wheel | undefined> = {
  'linux-x64': {
    file: `uv-${uvVersion}-py3-none-musllinux_1_1_x86_64.whl`,
    sha256: '29451c60f5e8b07403e0a175d5229efc36b0289b34143ff4aaa499a5dd52553a',
  },
  'linux-arm64': {
    file: `uv-${uvVersion}-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64.whl`,
    sha256: '0b3e8b1a4f5e405e31e2ff33de8af4744831e9f7338539671efbd8c3c94e791d',
  },
  'darwin-x64': {
    file: `uv-${uvVersion}-py3-none-macosx_10_12_x86_64.whl`,
    sha256: 'b7124ca1956ec2e476a1003ea5715a15f0266afaec37f4dc9c6972ba8183e6d1',
  },
  'darwin-arm64': {
    file: `uv-${uvVersion}-py3-none-macosx_11_0_arm64.whl`,
    sha256: '62b6943c7fd64fac6854f780bea6e0359e5a5bc3241f83ee357bb38276afac49',
  },
};

/** Returns the wheel for this machine, or undefined if uv has no release for it. */
export function uvWheel(): Wheel | undefined {
  return wheels[`${process.platform}-${process.arch}`];
}
