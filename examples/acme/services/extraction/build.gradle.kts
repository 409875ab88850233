plugins { kotlin("jvm") version "2.2.20" }

dependencies {
    implementation("aws.sdk.kotlin:bedrockruntime:1.5.50")
    implementation("org.jetbrains.kotlinx:kotlinx-serialization-json:1.9.0")
}
